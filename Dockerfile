# syntax=docker/dockerfile:1
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
# The build is a script of the project's own, run below; no package's scripts are needed.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts ./scripts
COPY src ./src
COPY tools ./tools
RUN npm run build

# What runs is one bundle: no packages, no package manager's cache, no sources.
FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /build/dist ./dist
COPY LICENSE ./
# Nothing is written, so the file system can be read-only. Keys and tokens come when it is started, never into the image.
USER node
EXPOSE 3333
HEALTHCHECK --interval=30s --timeout=3s --start-period=5s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3333/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "dist/main.js"]
# Refuses to start unless it knows its callers: set POSTHOG_MCP_HTTP_TOKENS_FILE or POSTHOG_MCP_HTTP_TOKENS.
CMD ["http", "--bind", "0.0.0.0", "--auth", "token"]
