// @ts-check
// `npm run build`: writes the generated files and builds every package.
import { build, generate, install, orSay } from './setup.mjs'

orSay(
  () => {
    install()
    generate()
    build()
  },
  () => process.exit(1),
)
