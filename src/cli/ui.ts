/** The two libraries that are only needed when a person is at the terminal; a chunk of its own in the built command. */
export { default as select } from '@inquirer/select'
export { default as spinner } from 'ora'
