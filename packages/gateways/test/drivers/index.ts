export { HTTP_EVENTS, HTTP_LONG_POLL } from './http-driver.ts';
export { JSON_LINES } from './lines-driver.ts';
export { MQTT_3, MQTT_5, MQTT_5_WEBSOCKET } from './mqtt-driver.ts';
export { NATIVE_TCP, NATIVE_WEBSOCKET } from './native-driver.ts';
export { XMPP } from './xmpp-driver.ts';
