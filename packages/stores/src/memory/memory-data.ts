import { randomUUID } from 'node:crypto';
import type {
  ConversationRow,
  DeviceRow,
  MemberRow,
  RefusalRow,
  SentKeyRow,
  SessionRow,
  UserRow,
} from '@skein/core';
import type { ConversationId, DeviceNumber, Entry, Position, UserNumber } from '@skein/model';
import { POSITION_BEFORE_FIRST } from '@skein/model';

export interface MemoryUser extends UserRow {
  passwordHash: string | null;
  scram: string | null;
}

export interface MemoryInvitation {
  readonly expiresAtMs: number;
  isUsed: boolean;
}

/** What a memory store and its directory hold. It outlives them, as a folder outlives the process that opened it. */
export class MemoryData {
  readonly epoch: string;
  position: Position = POSITION_BEFORE_FIRST;
  checkpointPosition: Position = POSITION_BEFORE_FIRST;
  /** Conversation → its entries; the one with seq n sits at index n − 1. */
  readonly logs = new Map<ConversationId, Entry[]>();
  readonly conversations = new Map<ConversationId, ConversationRow>();
  /** Keyed by conversation and user. */
  readonly members = new Map<string, MemberRow>();
  /** Keyed by conversation, device and counter. */
  readonly refusals = new Map<string, RefusalRow>();
  /** Keyed by conversation, user and key, in the order of their commits. */
  readonly sentKeys = new Map<string, SentKeyRow>();
  readonly checkpoints = new Map<ConversationId, Uint8Array>();

  /** The user with number n sits at index n − 1. */
  readonly users: MemoryUser[] = [];
  readonly numberByLowerId = new Map<string, UserNumber>();
  /** The device with number n sits at index n − 1. */
  readonly devices: DeviceRow[] = [];
  readonly sessions = new Map<DeviceNumber, SessionRow>();
  readonly invitations = new Map<string, MemoryInvitation>();

  /** Space → key → value. */
  readonly records = new Map<string, Map<string, Uint8Array>>();

  constructor(epoch: string = randomUUID().replaceAll('-', '')) {
    this.epoch = epoch;
  }
}
