package io.freehold.spring.autoconfigure.slice;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.json.JsonTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A slice of JSON.
 */
@JsonTest(properties = "freehold.allocators.image-cache.limit=1MB")
class JsonSliceTests {

	@Test
	void whenBeanUsesAllocatorsShouldWork(@Autowired SliceApplication.Service service) {
		assertThat(service.use()).isEqualTo("64 32 root/image-cache");
	}

}
