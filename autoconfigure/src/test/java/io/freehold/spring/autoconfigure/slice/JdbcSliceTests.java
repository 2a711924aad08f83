package io.freehold.spring.autoconfigure.slice;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.spring.TransactionAllocator;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A slice of JDBC, whose tests are in a transaction.
 */
@JdbcTest(properties = "freehold.allocators.image-cache.limit=1MB")
class JdbcSliceTests {

	@Test
	void whenBeanUsesAllocatorsShouldWork(@Autowired SliceApplication.Service service) {
		assertThat(service.use()).isEqualTo("64 32 root/image-cache");
	}

	@Test
	void whenTestIsInTransactionShouldHaveItsMemory(@Autowired @TransactionAllocator Allocator transaction) {
		assertThat(transaction.allocate(Layout.ofBytes(64)).byteSize()).isEqualTo(64);
	}

}
