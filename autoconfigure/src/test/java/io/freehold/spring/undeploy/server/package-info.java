/**
 * What outlives the application: its classes are loaded by the parent of the class loader
 * of the application.
 */
@NullMarked
package io.freehold.spring.undeploy.server;

import org.jspecify.annotations.NullMarked;
