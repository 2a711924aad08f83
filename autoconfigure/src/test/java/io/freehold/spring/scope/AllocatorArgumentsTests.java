package io.freehold.spring.scope;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.freehold.Allocator;
import io.freehold.backend.Backends;
import io.freehold.global.Global;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.MethodParameter;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class AllocatorArgumentsTests {

	private final DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();

	private final List<MethodParameter> checked = new ArrayList<>();

	private final AllocatorArguments arguments = new AllocatorArguments(this.beanFactory, this.checked::add);

	private static MethodParameter parameter(int index) {
		Method method = Objects.requireNonNull(ReflectionUtils.findMethod(Handler.class, "handle", (Class<?>[]) null));
		return new MethodParameter(method, index);
	}

	private void register(String name) {
		RootBeanDefinition definition = new RootBeanDefinition(Allocator.class,
				() -> Global.over(Backends.get("system")));
		definition.setScope(RootBeanDefinition.SCOPE_PROTOTYPE);
		this.beanFactory.registerBeanDefinition(name, definition);
	}

	@Test
	void whenParameterIsAnAllocatorShouldSupportIt() {
		assertThat(this.arguments.supports(parameter(0))).isTrue();
		assertThat(this.arguments.supports(parameter(1))).isFalse();
	}

	@Test
	void whenResolvedAgainShouldNotLookUpAgain() {
		register("one");
		Object first = this.arguments.resolve(parameter(0));
		assertThat(first).isInstanceOf(Allocator.class);
		this.beanFactory.removeBeanDefinition("one");
		assertThat(this.arguments.resolve(parameter(0))).isSameAs(first);
		assertThat(this.checked).containsExactly(parameter(0));
	}

	@Test
	void whenThereAreSeveralShouldGoByName() {
		register("one");
		register("memory");
		assertThat(this.arguments.resolve(parameter(0))).isNotNull();
		this.beanFactory.removeBeanDefinition("memory");
		register("two");
		assertThatExceptionOfType(UnsatisfiedDependencyException.class)
			.isThrownBy(() -> this.arguments.resolve(parameter(2)))
			.withCauseInstanceOf(NoUniqueBeanDefinitionException.class);
	}

	@Test
	void whenThereIsNoneShouldNameBeanMethodAndParameter() {
		this.beanFactory.registerSingleton("handler", new Handler());
		assertThatExceptionOfType(UnsatisfiedDependencyException.class)
			.isThrownBy(() -> this.arguments.resolve(parameter(0)))
			.withMessageContaining("'handler'")
			.withMessageContaining("method 'handle' parameter 0")
			.withCauseInstanceOf(NoSuchBeanDefinitionException.class);
	}

	@Test
	void whenCheckRefusesShouldNotResolve() {
		register("one");
		AllocatorArguments refusing = new AllocatorArguments(this.beanFactory, (_) -> {
			throw new IllegalArgumentException("on purpose");
		});
		for (int i = 0; i < 2; i++) {
			assertThatIllegalArgumentException().isThrownBy(() -> refusing.resolve(parameter(0)));
		}
	}

	static class Handler {

		String handle(Allocator memory, String name, Allocator other) {
			return memory + name + other;
		}

	}

}
