/**
 * The memory of web requests in reactive applications: it goes with the exchange and with
 * the Reactor context, never with a thread.
 */
@NullMarked
package io.freehold.spring.scope.reactive;

import org.jspecify.annotations.NullMarked;
