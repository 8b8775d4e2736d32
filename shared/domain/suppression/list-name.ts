/** Name of the list that bounces and complaints change. Lists for single tenants or streams exist beside it. */
export const accountListName = 'account';

/** Matches the name of every other list. */
export const listNamePattern = /^[\w.:-]{1,128}$/;
