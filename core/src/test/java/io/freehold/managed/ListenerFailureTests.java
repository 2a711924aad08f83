package io.freehold.managed;

import java.util.ArrayList;
import java.util.List;

import io.freehold.Layout;
import io.freehold.backend.Backends;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Listeners that throw: they harm neither the tree nor other listeners.
 */
class ListenerFailureTests {

	private final ManagedAllocator root = ManagedAllocator.root(Backends.get("pooled"), (spec) -> {
	});

	private final List<String> heard = new ArrayList<>();

	@Test
	void whenListenersThrowShouldTellTheOthersAndGoOn() {
		Throwing throwing = new Throwing();
		this.root.addListener(throwing);
		this.root.addListener(new Hearing());
		throwing.armed = true;
		this.heard.clear();
		ManagedAllocator child = this.root.child("tenant", (spec) -> {
		});
		child.deallocate(child.allocate(Layout.ofBytes(16)), Layout.ofBytes(16));
		child.budget().setLimit(100);
		child.close();
		assertThat(child.isClosed()).isTrue();
		assertThat(this.root.children()).isEmpty();
		this.root.child("tenant", (spec) -> {
		}).close();
		this.root.close();
		assertThat(this.root.isClosed()).isTrue();
		assertThat(this.heard).containsExactly("opened root/tenant", "limit root/tenant", "closed root/tenant",
				"opened root/tenant", "closed root/tenant", "closed root");
	}

	@Test
	void whenListenerThrowsWhileItIsRegisteredShouldNotBeRegistered() {
		Throwing throwing = new Throwing();
		throwing.armed = true;
		assertThatException().isThrownBy(() -> this.root.addListener(throwing)).withMessage("on purpose");
		throwing.calls = 0;
		this.root.child("tenant", (spec) -> {
		}).close();
		assertThat(throwing.calls).isZero();
		this.root.close();
	}

	/** Throws what nothing declares, as languages without checked exceptions may. */
	private static final class Throwing implements AllocatorListener {

		private boolean armed;

		private int calls;

		@Override
		public void opened(ManagedAllocator allocator) {
			fail();
		}

		@Override
		public void closed(ManagedAllocator allocator) {
			fail();
		}

		@Override
		public void limitChanged(ManagedAllocator allocator) {
			fail();
		}

		private void fail() {
			this.calls++;
			if (this.armed) {
				Throwing.<RuntimeException>sneak(new Exception("on purpose"));
			}
		}

		@SuppressWarnings("unchecked")
		private static <T extends Throwable> void sneak(Throwable thrown) throws T {
			throw (T) thrown;
		}

	}

	private final class Hearing implements AllocatorListener {

		@Override
		public void opened(ManagedAllocator allocator) {
			ListenerFailureTests.this.heard.add("opened " + allocator.name());
		}

		@Override
		public void closed(ManagedAllocator allocator) {
			ListenerFailureTests.this.heard.add("closed " + allocator.name());
		}

		@Override
		public void limitChanged(ManagedAllocator allocator) {
			ListenerFailureTests.this.heard.add("limit " + allocator.name());
		}

	}

}
