// Generated from spec/presets.json by `npm run generate`.

export const presets = {
  "api": {
    "headers": {
      "preset": "api"
    }
  },
  "pages": {
    "headers": {
      "preset": "pages"
    }
  }
} as const
