export { describeDirectory } from './directory.contract.ts';
export {
  type Ability,
  type Arriving,
  type CommandResult,
  type GatewayDriver,
  type GatewayPeer,
  type Place,
  type Seen,
  SignInRefused,
} from './gateway/gateway-driver.ts';
export { type GatewayServer, GatewayStage, until, untilTexts } from './gateway/gateway-stage.ts';
export { describeGateway } from './gateway.contract.ts';
export { describeGatewayMatrix } from './gateway-matrix.contract.ts';
export { describeGatewaysTogether } from './gateways-together.contract.ts';
export type { OpenedData } from './opened-data.ts';
export { describeRecordStore } from './record-store.contract.ts';
export { describeStore } from './store.contract.ts';
