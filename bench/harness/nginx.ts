import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measured } from './machine.ts'
import type { Served } from './served.ts'

const INSTALL = 'nginx is missing: apt-get install -y --no-install-recommends nginx-light'

/**
 * nginx in one process, with `limit_req`, a limit on sizes, keep-alive on both sides, and headers on both sides as the
 * gateway writes them.
 */
export async function serveNginx(upstream: number, headers: readonly string[]): Promise<Served> {
  if (spawnSync('nginx', ['-v']).error !== undefined) throw new Error(INSTALL)
  const folder = mkdtempSync(join(tmpdir(), 'merlon-bench-'))
  const port = await freePort()
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, configuration(folder, port, upstream, headers))
  const [program, args] = measured('nginx', ['-c', file, '-e', join(folder, 'error.log')])
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  await listening(port)
  return {
    port,
    usage: async () => ({ cpuMicros: cpuMicrosOf(child.pid as number), rssBytes: 0 }),
    stop: async () => {
      child.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function configuration(folder: string, port: number, upstream: number, headers: readonly string[]): string {
  const added: string[] = []
  let origin = ''
  for (let at = 0; at < headers.length; at += 2) {
    const [name = '', value = ''] = [headers[at], headers[at + 1]]
    const isOrigin = name.toLowerCase() === 'access-control-allow-origin'
    if (isOrigin) origin = value
    added.push(`add_header ${name} ${isOrigin ? '$allowed' : quote(value)} always;`)
  }
  return `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
  access_log off; server_tokens off; keepalive_requests 100000000;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  map $http_origin $allowed { default ""; ${quote(origin)} $http_origin; }
  limit_req_zone $binary_remote_addr zone=general:10m rate=1000000r/s;
  upstream api { server 127.0.0.1:${upstream}; keepalive 64; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port}; client_max_body_size 100k;
    location / {
      limit_req zone=general burst=100000 nodelay;
      proxy_pass http://api; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header X-Forwarded-Port $server_port; proxy_set_header X-Request-Id $request_id;
      proxy_set_header Forwarded "for=$remote_addr;host=\\"$http_host\\";proto=$scheme";
      proxy_set_header Via "1.1 nginx"; add_header X-Request-Id $request_id always;
      ${added.join('\n      ')}
    }
  }
}
`
}

function quote(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`
}

/** Linux counts the nanoseconds that a process has been running. */
function cpuMicrosOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1000
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.on('error', () => resolve(false))
    })
    if (open) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`nginx does not listen on ${port}`)
}
