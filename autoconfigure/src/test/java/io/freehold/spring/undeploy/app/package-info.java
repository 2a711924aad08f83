/**
 * The application, which is loaded by a class loader of its own, with Freehold and
 * Spring.
 */
@NullMarked
package io.freehold.spring.undeploy.app;

import org.jspecify.annotations.NullMarked;
