package io.freehold.sample;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

/**
 * Tests the running application, which all test classes that bear this share. Its limits
 * are low, and it does at once what otherwise takes its time.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "freehold.scopes.session.limit-per-instance=100KB",
				"freehold.scopes.transaction.limit-per-instance=200KB", "freehold.scopes.method.limit-per-instance=1MB",
				"freehold.scopes.thread.limit-per-instance=1MB", "sample.feed.heartbeat=100ms",
				"sample.recompression.interval=10ms", "sample.recompression.unused=10ms" })
public @interface SampleTest {

}
