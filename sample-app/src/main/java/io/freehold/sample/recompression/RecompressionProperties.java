package io.freehold.sample.recompression;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configuration properties of the recompression.
 *
 * @param interval How long to rest after each object
 * @param unused How long nobody must have used an object
 */
@ConfigurationProperties("sample.recompression")
record RecompressionProperties(@DefaultValue("500ms") Duration interval, @DefaultValue("1m") Duration unused) {

}
