// Stands in for the native @vscode/native-watchdog, which ends an extension host whose parent is gone: VS Code does the
// same with a timer, and the launcher ends the whole process group.
'use strict';
exports.start = () => undefined;
