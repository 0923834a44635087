package dev.kiwi.sample.cluster;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class ClusterTests {

	@Test
	void survivesJson() {
		Cluster dimer = new Cluster(2, -1, new double[] { -0.5, 0, 0, 0.5, 0, 0 });
		JsonMapper mapper = JsonMapper.shared();
		Cluster read = mapper.readValue(mapper.writeValueAsString(dimer), Cluster.class);
		assertThat(read).usingRecursiveComparison().isEqualTo(dimer);
	}

}
