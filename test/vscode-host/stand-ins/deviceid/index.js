// Stands in for @vscode/deviceid, which reads the machine's id for telemetry: there is none here.
'use strict';
exports.getDeviceId = async () => '00000000-0000-0000-0000-000000000000';
