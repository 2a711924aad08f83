/**
 * Refusals of memory in Spring MVC.
 */
@NullMarked
package io.freehold.spring.web.servlet;

import org.jspecify.annotations.NullMarked;
