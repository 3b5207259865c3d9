/** An alias of the package has no types under its own name; for what is used here Express 5's hold. */
declare module 'express4' {
  import express from 'express'
  export default express
}
