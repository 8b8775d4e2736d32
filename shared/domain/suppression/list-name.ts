/** The list that bounces and complaints go to. Lists of single tenants or streams stand beside it. */
export const accountListName = 'account';

/** What another list may be called. */
export const listNamePattern = /^[\w.:-]{1,128}$/;
