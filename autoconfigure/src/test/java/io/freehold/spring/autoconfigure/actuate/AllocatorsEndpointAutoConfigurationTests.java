package io.freehold.spring.autoconfigure.actuate;

import io.freehold.spring.actuate.AllocatorsEndpoint;
import io.freehold.spring.autoconfigure.FreeholdAutoConfiguration;

import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class AllocatorsEndpointAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(FreeholdAutoConfiguration.class, AllocatorsEndpointAutoConfiguration.class));

	@Test
	void whenExposedShouldBePresent() {
		this.contextRunner.withPropertyValues("management.endpoints.web.exposure.include=allocators")
			.run((context) -> assertThat(context).hasSingleBean(AllocatorsEndpoint.class));
	}

	@Test
	void whenNotExposedShouldBeAbsent() {
		this.contextRunner
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(AllocatorsEndpoint.class));
	}

	@Test
	void whenAccessIsDeniedShouldBeAbsent() {
		this.contextRunner
			.withPropertyValues("management.endpoints.web.exposure.include=*",
					"management.endpoint.allocators.access=NONE")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(AllocatorsEndpoint.class));
	}

	@Test
	void whenFreeholdIsSwitchedOffShouldBeAbsent() {
		this.contextRunner.withPropertyValues("management.endpoints.web.exposure.include=*", "freehold.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(AllocatorsEndpoint.class));
	}

	@Test
	void whenActuatorIsAbsentShouldBeAbsent() {
		this.contextRunner.withPropertyValues("management.endpoints.web.exposure.include=*")
			.withClassLoader(new FilteredClassLoader(ConditionalOnAvailableEndpoint.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasBean("applicationAllocator")
				.doesNotHaveBean("allocatorsEndpoint"));
	}

}
