import type { NextConfig } from "next";

const apiOrigin = process.env["API_ORIGIN"] ?? "http://127.0.0.1:8000";

const common: NextConfig = {
  images: { unoptimized: true },
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: false,
};

/** In production there is no Node server: the API serves the exported files. */
const production: NextConfig = { ...common, output: "export" };

/** `output: "export"` would refuse ids other than the placeholder and rewrites, so development runs without it. */
const development: NextConfig = {
  ...common,
  devIndicators: false,
  allowedDevOrigins: ["127.0.0.1", "localhost"],
  // The event stream marks itself no-transform and beats every 15 s, so it passes; uploads over 10 MB would not without this.
  experimental: { proxyTimeout: 120_000 },
  rewrites: () =>
    Promise.resolve([
      { source: "/api/:path*", destination: `${apiOrigin}/api/:path*` },
      { source: "/health/:path*", destination: `${apiOrigin}/health/:path*` },
      { source: "/.well-known/:path*", destination: `${apiOrigin}/.well-known/:path*` },
    ]),
};

const config: NextConfig = process.env.NODE_ENV === "production" ? production : development;

export default config;
