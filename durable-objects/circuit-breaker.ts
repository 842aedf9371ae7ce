import { createDurable } from "itty-durable";

export class CircuitBreakerObject extends createDurable({ autoPersist: true }) {}
