import { BUSYBOX } from './compose-project.ts';

/** Where a test's own service listens and lives. */
export interface FullPlace {
  readonly port: number;
  /** The first two numbers of a private network that is nobody else's. */
  readonly subnet: string;
}

/** A Compose file whose first service uses every setting there is a use for, and others that share with it. */
export function fullFleet({ port, subnet }: FullPlace): string {
  return `
x-plain: &plain { image: ${BUSYBOX}, init: true, stop_grace_period: 1s, command: [sleep, '600'] }
services:
  full:
    image: ${BUSYBOX}
    init: true
    stop_grace_period: 1s
    command: [sh, -c, 'exec sleep 600', 'a $$dollar']
    hostname: box
    domainname: example.test
    user: "1000:1000"
    working_dir: /tmp
    environment: { MODE: one, DOLLAR: 'a$$b', EMPTY: '', NOTHING: }
    ports: ["${port}:80", "127.0.0.1:${port + 1}:81/udp", "82"]
    expose: ["99"]
    volumes:
      - data:/data
      - /nameless
      - ./docker-compose.yml:/etc/file.yml:ro
      - { type: tmpfs, target: /scratch, tmpfs: { size: 1000000, mode: 0700 } }
      - { type: volume, source: data, target: /uncopied, volume: { nocopy: true } }
    tmpfs: [/plain, "/sized:size=64k"]
    networks: { default: { aliases: [known-as] }, other: { ipv4_address: ${subnet}.9 } }
    labels: { my.label: one }
    restart: on-failure:3
    healthcheck: { test: [CMD, 'true'], interval: 30s, timeout: 5s, retries: 2, start_period: 10s, start_interval: 1s }
    cap_add: [NET_ADMIN]
    cap_drop: [MKNOD]
    devices: ["/dev/null:/dev/nothing"]
    extra_hosts: ["one:10.0.0.1", "gate:host-gateway"]
    dns: [1.1.1.1]
    dns_search: [example.test]
    dns_opt: ["ndots:2"]
    mem_limit: 64m
    memswap_limit: 120m
    mem_reservation: 32m
    cpus: 0.5
    cpu_shares: 512
    cpuset: "0"
    pids_limit: 50
    ulimits: { nofile: { soft: 1000, hard: 2000 }, nproc: 500 }
    shm_size: 128m
    logging: { driver: json-file, options: { max-size: 1m } }
    sysctls: { net.core.somaxconn: 1024 }
    security_opt: ["no-new-privileges:true"]
    group_add: ["1001"]
    stop_signal: SIGINT
    tty: true
    stdin_open: true
    oom_score_adj: 100
    secrets: [in-a-file, { source: in-the-environment, target: other_name, mode: 0400 }]
    configs: [{ source: written-here, target: /written.txt }]
    annotations: { note: one }
  host: { <<: *plain, network_mode: host, privileged: true, ipc: host, pid: host }
  deployed:
    <<: *plain
    deploy:
      resources: { limits: { cpus: "0.25", memory: 50M, pids: 20 }, reservations: { memory: 20M } }
      restart_policy: { condition: on-failure, max_attempts: 4 }
  sharer: { <<: *plain, network_mode: 'service:full', pid: 'service:full' }
  borrower: { <<: *plain, volumes_from: ['deployed:ro'], links: ['deployed:friend'], read_only: true }
  many: { <<: *plain, scale: 2 }
  offline: { <<: *plain, network_mode: none }
secrets: { in-a-file: { file: ./docker-compose.yml }, in-the-environment: { environment: SW_SECRET } }
configs: { written-here: { content: hello } }
volumes: { data: {} }
networks: { other: { ipam: { config: [{ subnet: ${subnet}.0/24 }] } } }
`;
}
