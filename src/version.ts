declare const PACKAGE_VERSION: string | undefined;

/** Version of the package; the build puts it in. */
export const VERSION = typeof PACKAGE_VERSION === 'string' ? PACKAGE_VERSION : '0.0.0-source';
