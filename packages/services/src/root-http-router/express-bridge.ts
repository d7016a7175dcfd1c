import type express from 'express';
import type { Application, Router } from 'express';
import type { ServerResponse } from 'node:http';
import { isDevelopment } from '../http/is-development.js';
import { rootHttpRouterErrors } from './errors.js';
import { RouterRequest, RouterResponse, type ExpressParts } from './http-messages.js';

type Express = typeof express;

/** The settings that a backend gives to Express. */
export type ExpressSettings = {
  /** `backend.trustProxy`; undefined leaves Express's own default. */
  trustProxy: unknown;
};

/**
 * Brings Express to the requests and responses of our own server.
 *
 * @remarks
 * Express is loaded by the first request that needs it. Its prototypes are put under our message
 * classes then, once in a process, so that no request pays for a change of prototype; an
 * application object that handles nothing holds the settings that Express asks for.
 */
export class ExpressBridge {
  readonly #settings: ExpressSettings;
  readonly #onLoad: (parts: ExpressParts) => void;
  #express: Express | undefined;
  #loading: Promise<void> | undefined;

  constructor(settings: ExpressSettings, onLoad: (parts: ExpressParts) => void) {
    this.#settings = settings;
    this.#onLoad = onLoad;
  }

  /** Whether Express is there. */
  get loaded(): boolean {
    return this.#express !== undefined;
  }

  /** Loads Express; a second call waits for the first. */
  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** Makes a router; only after {@link load}. */
  createRouter(): Router {
    if (!this.#express) throw new Error('Express is asked for a router before it is loaded');
    return this.#express.Router();
  }

  async #load(): Promise<void> {
    const { default: loaded } = await import('express');
    const app = createExpressApp(loaded, this.#settings);
    layUnderMessages(loaded);
    this.#onLoad({
      app,
      send: loaded.response.send,
      json: loaded.response.json as (this: ServerResponse, ...args: unknown[]) => unknown,
      etag: app.get('etag fn'),
    });
    this.#express = loaded;
  }
}

/**
 * Makes an Express application with the settings of this backend.
 *
 * @throws `E_TRUST_PROXY`
 */
export function createExpressApp(create: Express, settings: ExpressSettings): Application {
  const app = create();
  app.disable('x-powered-by');
  if (settings.trustProxy !== undefined) setTrustProxy(app, settings.trustProxy);
  if (isDevelopment()) app.set('json spaces', 2);
  return app;
}

function setTrustProxy(app: Application, trustProxy: unknown): void {
  try {
    app.set('trust proxy', trustProxy);
  } catch (error) {
    throw rootHttpRouterErrors.trustProxy(trustProxy, error);
  }
}

function layUnderMessages({ request, response }: Express): void {
  if (Object.getPrototypeOf(RouterRequest.prototype) === request) return;
  Object.setPrototypeOf(RouterRequest.prototype, request);
  Object.setPrototypeOf(RouterResponse.prototype, response);
}
