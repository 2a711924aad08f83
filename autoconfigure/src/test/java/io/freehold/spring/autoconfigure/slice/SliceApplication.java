package io.freehold.spring.autoconfigure.slice;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorScope;
import io.freehold.spring.MethodAllocator;
import io.freehold.spring.NamedAllocator;
import io.freehold.spring.ThreadAllocator;
import io.freehold.spring.scope.ThreadScope;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.context.annotation.Import;

/**
 * What users have beside that which a slice is for.
 */
@SpringBootConfiguration
@Import(SliceApplication.Service.class)
class SliceApplication {

	static class Service {

		private final Allocator call;

		private final Allocator task;

		private final ManagedAllocator cache;

		private final ThreadScope scope;

		Service(@MethodAllocator Allocator call, @ThreadAllocator Allocator task,
				@NamedAllocator("image-cache") ManagedAllocator cache, ThreadScope scope) {
			this.call = call;
			this.task = task;
			this.cache = cache;
			this.scope = scope;
		}

		/** Uses the memory of the call and of the task, and names the allocator. */
		@AllocatorScope
		public String use() {
			try (ThreadScope.Handle _ = this.scope.open()) {
				return this.call.allocate(Layout.ofBytes(64)).byteSize() + " "
						+ this.task.allocate(Layout.ofBytes(32)).byteSize() + " " + this.cache.name();
			}
		}

	}

}
