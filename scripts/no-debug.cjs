/** Stands in for `debug` in the bundle: nothing is written, whatever DEBUG is set to. */
const create = () => Object.assign(() => undefined, { enabled: false });

module.exports = create;
module.exports.default = create;
