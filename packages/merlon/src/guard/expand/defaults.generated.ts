// Generated from the sections' schemas by `npm run generate`.

const common = {
  "client": {
    "proxies": [
      {
        "kind": "addresses",
        "named": "loopback",
        "ranges": [
          "127.0.0.0/8",
          "::1/128"
        ]
      }
    ],
    "header": "x-forwarded-for",
    "ipv6Prefix": 64,
    "allow": [],
    "deny": []
  },
  "transport": {
    "mode": "enforce",
    "http": "refuse",
    "hosts": [],
    "health": [
      "/health",
      "/healthz",
      "/livez",
      "/readyz"
    ]
  },
  "versions": {
    "mode": "enforce",
    "by": "path",
    "header": "API-Version",
    "parameter": "version",
    "under": "",
    "mediaType": null,
    "default": null,
    "skip": [
      "/health",
      "/healthz",
      "/livez",
      "/readyz"
    ],
    "known": {}
  },
  "principal": {
    "mode": "off",
    "required": false
  },
  "scopes": {
    "mode": "enforce",
    "all": []
  },
  "limits": {
    "mode": "enforce",
    "headers": "standard",
    "skip": [
      "/health",
      "/healthz",
      "/livez",
      "/readyz"
    ],
    "limits": [
      {
        "name": "general",
        "of": "*",
        "mode": "enforce",
        "algorithm": "gcra",
        "quota": 100,
        "windowMs": 900000,
        "burst": 100,
        "cost": 1,
        "by": [
          {
            "kind": "address"
          }
        ],
        "overflowTimes": 16
      }
    ]
  },
  "load": {
    "mode": "enforce",
    "priority": "normal",
    "shed": {
      "lagMs": 250,
      "memory": 0.95
    },
    "delay": "off",
    "concurrency": "off"
  },
  "size": {
    "mode": "enforce",
    "maxBytes": 102400,
    "ceilingBytes": 10485760,
    "maxDepth": 32,
    "maxKeys": 1000,
    "duplicateKeys": "refuse",
    "prototypeKeys": "refuse",
    "encodings": [
      "gzip",
      "deflate",
      "br",
      "zstd"
    ],
    "maxUrlBytes": 8192
  },
  "input": {
    "mode": "enforce"
  },
  "deadline": {
    "mode": "enforce",
    "totalMs": 30000,
    "headersMs": 10000,
    "bodyMs": 10000,
    "idleMs": 10000,
    "handlerMs": 30000,
    "answerMs": "total"
  },
  "cors": {
    "mode": "enforce",
    "origins": [],
    "methods": [
      "GET",
      "HEAD",
      "PUT",
      "PATCH",
      "POST",
      "DELETE"
    ],
    "allowedHeaders": [
      "Authorization",
      "Content-Type",
      "Idempotency-Key",
      "If-Match",
      "If-None-Match",
      "X-API-Key",
      "X-Request-Id"
    ],
    "credentials": false,
    "preflightContinue": false,
    "preflightStatus": 204,
    "privateNetwork": false,
    "timing": false,
    "exposedHeaders": [
      "RateLimit",
      "RateLimit-Policy",
      "Retry-After",
      "X-Request-Id"
    ],
    "maxAgeSeconds": 86400
  },
  "errors": {
    "format": "problem",
    "requestId": {
      "header": "X-Request-Id",
      "accept": "proxies"
    },
    "typeBase": "urn:merlon:problem:",
    "stack": "development"
  },
  "secrets": {},
  "instances": null
}

export const defaults = {
  api: { ...common, ...{
  "headers": {
    "mode": "enforce",
    "reportingEndpoints": {},
    "noStore": "authenticated",
    "add": {},
    "crossOriginOpenerPolicy": "same-origin",
    "crossOriginEmbedderPolicy": "require-corp",
    "crossOriginResourcePolicy": "same-origin",
    "originAgentCluster": "on",
    "referrerPolicy": "no-referrer",
    "xContentTypeOptions": "on",
    "xDnsPrefetchControl": "deny",
    "xDownloadOptions": "on",
    "xFrameOptions": "deny",
    "xPermittedCrossDomainPolicies": "none",
    "xXssProtection": "on",
    "csp": {
      "default-src": [
        "'none'"
      ],
      "base-uri": [
        "'none'"
      ],
      "form-action": [
        "'none'"
      ],
      "frame-ancestors": [
        "'none'"
      ]
    },
    "cspReportOnly": "off",
    "hsts": {
      "includeSubDomains": true,
      "preload": false,
      "maxAgeSeconds": 31536000
    },
    "permissionsPolicy": {
      "accelerometer": [],
      "bluetooth": [],
      "browsing-topics": [],
      "camera": [],
      "display-capture": [],
      "geolocation": [],
      "gyroscope": [],
      "hid": [],
      "idle-detection": [],
      "local-fonts": [],
      "magnetometer": [],
      "microphone": [],
      "midi": [],
      "payment": [],
      "serial": [],
      "usb": [],
      "window-management": [],
      "xr-spatial-tracking": [],
      "autoplay": [],
      "clipboard-read": [],
      "clipboard-write": [],
      "encrypted-media": [],
      "fullscreen": [],
      "gamepad": [],
      "picture-in-picture": [],
      "publickey-credentials-create": [],
      "publickey-credentials-get": [],
      "screen-wake-lock": [],
      "web-share": []
    },
    "remove": [
      "server",
      "x-powered-by",
      "x-aspnet-version",
      "x-aspnetmvc-version",
      "x-generator",
      "x-runtime"
    ]
  }
} },
  pages: { ...common, ...{
  "headers": {
    "mode": "enforce",
    "reportingEndpoints": {},
    "noStore": "authenticated",
    "add": {},
    "crossOriginOpenerPolicy": "same-origin",
    "crossOriginEmbedderPolicy": "off",
    "crossOriginResourcePolicy": "same-origin",
    "originAgentCluster": "on",
    "referrerPolicy": "no-referrer",
    "xContentTypeOptions": "on",
    "xDnsPrefetchControl": "deny",
    "xDownloadOptions": "on",
    "xFrameOptions": "sameorigin",
    "xPermittedCrossDomainPolicies": "none",
    "xXssProtection": "on",
    "csp": {
      "default-src": [
        "'self'"
      ],
      "base-uri": [
        "'none'"
      ],
      "font-src": [
        "'self'",
        "data:"
      ],
      "form-action": [
        "'self'"
      ],
      "frame-ancestors": [
        "'self'"
      ],
      "img-src": [
        "'self'",
        "data:"
      ],
      "object-src": [
        "'none'"
      ],
      "script-src": [
        "'self'",
        "'nonce'"
      ],
      "script-src-attr": [
        "'none'"
      ],
      "style-src": [
        "'self'",
        "'nonce'"
      ],
      "upgrade-insecure-requests": []
    },
    "cspReportOnly": "off",
    "hsts": {
      "includeSubDomains": true,
      "preload": false,
      "maxAgeSeconds": 31536000
    },
    "permissionsPolicy": {
      "accelerometer": [],
      "bluetooth": [],
      "browsing-topics": [],
      "camera": [],
      "display-capture": [],
      "geolocation": [],
      "gyroscope": [],
      "hid": [],
      "idle-detection": [],
      "local-fonts": [],
      "magnetometer": [],
      "microphone": [],
      "midi": [],
      "payment": [],
      "serial": [],
      "usb": [],
      "window-management": [],
      "xr-spatial-tracking": []
    },
    "remove": [
      "server",
      "x-powered-by",
      "x-aspnet-version",
      "x-aspnetmvc-version",
      "x-generator",
      "x-runtime"
    ]
  }
} },
}
