/**
 * Objects over HTTP, and what all HTTP interfaces of the application share.
 */
@NullMarked
package io.freehold.sample.web;

import org.jspecify.annotations.NullMarked;
