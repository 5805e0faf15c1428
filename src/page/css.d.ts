/** The build takes style sheets out of the script into one file of their own. */
declare module '*.css';
