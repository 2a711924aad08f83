/**
 * Applications that leave the JVM they ran in: a WAR that is undeployed, and a context
 * that is restarted with another class loader.
 */
@NullMarked
package io.freehold.spring.undeploy;

import org.jspecify.annotations.NullMarked;
