package io.freehold.backend;

import io.freehold.spi.GlobalAlloc;
import io.freehold.spi.GlobalAllocProvider;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class BackendsTests {

	@Test
	@DisplayName("G09 the backend system is found by its name")
	void get_system_foundOnce() {
		GlobalAlloc system = Backends.get("system");
		assertThat(system.name()).isEqualTo("system");
		assertThat(Backends.get("system")).isSameAs(system);
	}

	@Test
	@DisplayName("G08 an unknown backend is refused with the list of those there are")
	void get_unknown_refusedWithChoice() {
		assertThatIllegalArgumentException().isThrownBy(() -> Backends.get("nosuch"))
			.withMessageContaining("there is no backend 'nosuch'")
			.withMessageContaining("system (available)");
	}

	@Test
	@DisplayName("G09 providers are listed by name, and the list cannot be changed")
	void providers_listed_unmodifiable() {
		assertThat(Backends.providers()).containsKey("system");
		GlobalAllocProvider provider = new SystemAllocProvider();
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> Backends.providers().put("mine", provider));
		Backends.providers().forEach((name, found) -> assertThat(found.name()).isEqualTo(name));
	}

}
