/** The list that bounces and complaints go to. Lists of single tenants or streams stand beside it. */
export const accountList = 'account';

/** What another list may be called. */
export const listName = /^[\w.:-]{1,128}$/;
