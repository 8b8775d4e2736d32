/** Where the stack's bucket has what was delivered since the last merge, and the merged files. resources/import-bucket.yml has them as well. */
export const appendedPrefix = 'deliveries/new/';
export const monthPrefix = 'deliveries/months/';
