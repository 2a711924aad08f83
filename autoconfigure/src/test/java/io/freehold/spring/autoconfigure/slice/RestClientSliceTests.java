package io.freehold.spring.autoconfigure.slice;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.restclient.test.autoconfigure.RestClientTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A slice of REST clients.
 */
@RestClientTest(properties = "freehold.allocators.image-cache.limit=1MB")
class RestClientSliceTests {

	@Test
	void whenBeanUsesAllocatorsShouldWork(@Autowired SliceApplication.Service service) {
		assertThat(service.use()).isEqualTo("64 32 root/image-cache");
	}

}
