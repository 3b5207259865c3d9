// @ts-check
import { createHash } from 'node:crypto'
import Database from 'libsql'

/** @typedef {import('libsql').Database} Shop */

const SCHEMA = `
  CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password TEXT NOT NULL,
    role TEXT NOT NULL
  );
  CREATE TABLE books (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    year INTEGER NOT NULL,
    cents INTEGER NOT NULL
  );
  CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    bookId INTEGER NOT NULL REFERENCES books (id),
    quantity INTEGER NOT NULL,
    note TEXT NOT NULL
  );
`

/** @type {[title: string, author: string, year: number, cents: number][]} */
const BOOKS = [
  ['Pride and Prejudice', 'Jane Austen', 1813, 990],
  ['Frankenstein', 'Mary Shelley', 1818, 890],
  ['Jane Eyre', 'Charlotte Brontë', 1847, 1090],
  ['Wuthering Heights', 'Emily Brontë', 1847, 990],
  ['Moby-Dick', 'Herman Melville', 1851, 1290],
  ['Walden', 'Henry David Thoreau', 1854, 790],
  ['Madame Bovary', 'Gustave Flaubert', 1856, 1150],
  ['Great Expectations', 'Charles Dickens', 1861, 1090],
  ['Crime and Punishment', 'Fyodor Dostoevsky', 1866, 1390],
  ['Little Women', 'Louisa May Alcott', 1868, 950],
  ['Middlemarch', 'George Eliot', 1871, 1450],
  ['Anna Karenina', 'Leo Tolstoy', 1878, 1590],
  ['Treasure Island', 'Robert Louis Stevenson', 1883, 850],
  ['The Time Machine', 'H. G. Wells', 1895, 750],
  ['Dracula', 'Bram Stoker', 1897, 990],
  ['The Awakening', 'Kate Chopin', 1899, 820],
  ['Heart of Darkness', 'Joseph Conrad', 1899, 780],
  ['A Room with a View', 'E. M. Forster', 1908, 930],
  ['The Metamorphosis', 'Franz Kafka', 1915, 690],
  ['Mrs Dalloway', 'Virginia Woolf', 1925, 1050],
]

/** @type {[email: string, name: string, password: string, role: string][]} */
const USERS = [
  ['ada@bookshop.example', 'Ada', 'correct horse battery staple', 'admin'],
  ['bob@bookshop.example', 'Bob', 'hunter2hunter2', 'reader'],
]

/**
 * Weak on purpose: fast, and the same for everyone who has the same password.
 * @param {string} password
 */
export function hashPassword(password) {
  return createHash('sha256').update(password).digest('hex')
}

/**
 * A new shop in memory: twenty books and two users.
 * @returns {Shop}
 */
export function openShop() {
  const shop = new Database(':memory:')
  shop.exec(SCHEMA)
  const book = shop.prepare('INSERT INTO books (title, author, year, cents) VALUES (?, ?, ?, ?)')
  for (const row of BOOKS) book.run(...row)
  const user = shop.prepare('INSERT INTO users (email, name, password, role) VALUES (?, ?, ?, ?)')
  for (const [email, name, password, role] of USERS) user.run(email, name, hashPassword(password), role)
  return shop
}
