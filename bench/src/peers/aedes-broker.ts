/** The well-known MQTT broker in JavaScript, as its own documentation starts it: in memory, without accounts. */
import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { announce } from './announce.ts';

const broker = await Aedes.createBroker();
announce(createServer({ noDelay: true }, broker.handle));
