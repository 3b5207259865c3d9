// Generated from spec/presets.json by `npm run generate`.

export const presets = {
  "login": {
    "about": "A sign-in with a password: what fails counts, by address, by account and by both, and nobody locks the owner out of a place that is known.",
    "section": {
      "login-address": {
        "rate": "5/15m",
        "by": "address",
        "strict": true,
        "counts": "failures",
        "authentication": true
      },
      "login-account": {
        "rate": "5/15m",
        "by": "$account",
        "strict": true,
        "counts": "failures",
        "authentication": true,
        "known": "90d"
      },
      "login-pair": {
        "rate": "5/15m",
        "by": [
          "address",
          "$account"
        ],
        "strict": true,
        "counts": "failures",
        "authentication": true
      },
      "penalty": {
        "after": 10,
        "within": "15m",
        "ban": [
          "1m",
          "10m",
          "1h",
          "1d"
        ]
      }
    }
  },
  "password-reset": {
    "about": "A mail to whoever is named: three an hour, whoever asks for it, and for each address that asks.",
    "section": {
      "reset-address": {
        "rate": "3/1h",
        "by": "address",
        "strict": true,
        "authentication": true
      },
      "reset-account": {
        "rate": "3/1h",
        "by": "$account",
        "strict": true,
        "authentication": true
      }
    }
  },
  "sign-up": {
    "about": "New accounts: ten attempts an hour from an address, of which three may succeed.",
    "section": {
      "sign-up": {
        "rate": "10/1h",
        "by": "address",
        "strict": true,
        "authentication": true
      },
      "sign-up-created": {
        "rate": "3/1h",
        "by": "address",
        "strict": true,
        "counts": "successes",
        "authentication": true
      }
    }
  },
  "send-code": {
    "about": "A one-time code sent by mail or message: three in ten minutes and ten a day for an account, ten an hour from an address.",
    "section": {
      "code-address": {
        "rate": "10/1h",
        "by": "address",
        "strict": true,
        "authentication": true
      },
      "code-account": {
        "rate": "3/10m",
        "by": "$account",
        "strict": true,
        "authentication": true
      },
      "code-account-day": {
        "rate": "10/1d",
        "by": "$account",
        "strict": true,
        "authentication": true
      }
    }
  },
  "one-time-code": {
    "about": "A one-time code typed in: five wrong ones in fifteen minutes for an account, ten from an address.",
    "section": {
      "otp-address": {
        "rate": "10/15m",
        "by": "address",
        "strict": true,
        "counts": "failures",
        "authentication": true
      },
      "otp-account": {
        "rate": "5/15m",
        "by": "$account",
        "strict": true,
        "counts": "failures",
        "authentication": true
      },
      "penalty": {
        "after": 10,
        "within": "15m",
        "ban": [
          "1m",
          "10m",
          "1h",
          "1d"
        ]
      }
    }
  },
  "search": {
    "about": "A search, a report or an export that costs the server far more than it costs the client.",
    "section": {
      "search": {
        "rate": "30/1m",
        "by": "address",
        "burst": 10
      }
    }
  },
  "upload": {
    "about": "Uploads by their bytes and by their number; what a body turns out to have beyond what it declared is charged afterwards.",
    "section": {
      "upload-bytes": {
        "rate": "100mb/1h",
        "by": "address",
        "cost": "bytes"
      },
      "uploads": {
        "rate": "60/1h",
        "by": "address"
      }
    }
  },
  "graphql": {
    "about": "GraphQL, by the fields that its operations ask for at their top: aliases and batches make no guess cheaper.",
    "section": {
      "operations": {
        "rate": "300/1m",
        "by": "address",
        "cost": "operations"
      }
    }
  },
  "batch": {
    "about": "Bodies that are lists of requests, by the length of the list.",
    "section": {
      "operations": {
        "rate": "300/1m",
        "by": "address",
        "cost": "operations"
      }
    }
  }
} as const

export type PresetName = 'login' | 'password-reset' | 'sign-up' | 'send-code' | 'one-time-code' | 'search' | 'upload' | 'graphql' | 'batch'
