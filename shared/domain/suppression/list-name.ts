/** The list that bounces and complaints change. An application can keep further lists, for example for a tenant or an email category. */
export const defaultListName = 'account';

/** Matches the name of a list. `#` is excluded, because items of the form `seen#<id>` share the sort key. */
export const listNamePattern = /^[\w.:-]{1,128}$/;
