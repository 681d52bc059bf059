package installtest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/intstr"
	"sigs.k8s.io/yaml"

	"dataroom.dev/intralinks-operator/internal/testenv"
)

func values(name string) []string {
	return []string{"--values", "hack/installtest/testdata/values/" + name + ".yaml"}
}

func deployment(t *testing.T, all objects) appsv1.Deployment {
	t.Helper()
	return into[appsv1.Deployment](t, all.only(t, "Deployment"))
}

func TestThePodHasNoMoreThanItNeeds(t *testing.T) {
	for _, file := range valuesFiles(t) {
		t.Run(file, func(t *testing.T) {
			g := NewWithT(t)
			pod := deployment(t, render(t, "--values", file)).Spec.Template.Spec
			container := pod.Containers[0]

			g.Expect(pod.SecurityContext.RunAsNonRoot).To(HaveValue(BeTrue()))
			g.Expect(pod.SecurityContext.SeccompProfile.Type).To(Equal(corev1.SeccompProfileTypeRuntimeDefault))
			g.Expect(pod.EnableServiceLinks).To(HaveValue(BeFalse()))
			g.Expect(pod.HostNetwork || pod.HostPID || pod.HostIPC).To(BeFalse())
			g.Expect(container.SecurityContext.ReadOnlyRootFilesystem).To(HaveValue(BeTrue()))
			g.Expect(container.SecurityContext.AllowPrivilegeEscalation).To(HaveValue(BeFalse()))
			g.Expect(container.SecurityContext.Capabilities.Drop).To(ConsistOf(corev1.Capability("ALL")))
			g.Expect(container.Resources.Limits.Memory().IsZero()).To(BeFalse())
			g.Expect(container.TerminationMessagePolicy).To(Equal(corev1.TerminationMessageFallbackToLogsOnError))
		})
	}
}

func TestDefaults(t *testing.T) {
	g := NewWithT(t)
	all := render(t)
	spec := deployment(t, all).Spec
	container := spec.Template.Spec.Containers[0]

	g.Expect(container.Image).To(Equal("ghcr.io/dataroom-dev/intralinks-operator:v0.1.0"))
	g.Expect(container.Args).To(Equal([]string{
		"--leader-elect", "--leader-election-id=intralinks-operator", "--health-probe-bind-address=:8081",
		"--metrics-bind-address=:8443", "--ledger=sqlite:///var/lib/intralinks-operator/ledger.db",
	}))
	g.Expect(spec.Replicas).To(HaveValue(BeEquivalentTo(1)))
	g.Expect(spec.Strategy.Type).To(Equal(appsv1.RecreateDeploymentStrategyType))
	g.Expect(spec.Template.Spec.Volumes[0].PersistentVolumeClaim.ClaimName).To(Equal("intralinks-operator-ledger"))
	g.Expect(all.of("PersistentVolumeClaim").names()).To(ConsistOf(namespace + "/intralinks-operator-ledger"))
	for _, kept := range slices.Concat(all.of("CustomResourceDefinition"), all.of("PersistentVolumeClaim")) {
		g.Expect(kept.GetAnnotations()).To(And(HaveKeyWithValue("helm.sh/resource-policy", "keep"),
			HaveKeyWithValue("argocd.argoproj.io/sync-options", "Prune=false,Delete=false")), kept.GetName())
	}
	g.Expect(all.of("CustomResourceDefinition")).To(HaveLen(2))
	for _, kind := range []string{"Secret", "Ingress", "HTTPRoute", "ServiceMonitor", "PrometheusRule", "ConfigMap", "PodDisruptionBudget"} {
		g.Expect(all.of(kind)).To(BeEmpty())
	}
}

func TestEveryValueReachesItsPlace(t *testing.T) {
	g := NewWithT(t)
	all := render(t, values("everything")...)
	spec := deployment(t, all).Spec
	pod := spec.Template.Spec
	container := pod.Containers[0]

	for _, object := range all {
		g.Expect(object.GetLabels()).To(HaveKeyWithValue("team", "deals-platform"), "%s %s", object.GetKind(), object.GetName())
	}
	g.Expect(container.Image).To(Equal("registry.example.com/intralinks-operator@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"))
	g.Expect(container.ImagePullPolicy).To(Equal(corev1.PullAlways))
	g.Expect(container.Args).To(Equal([]string{
		"--leader-elect", "--leader-election-id=documents", "--health-probe-bind-address=:8081", "--metrics-bind-address=:8443",
		"--ledger=sqlite:///var/lib/intralinks-operator/ledger.db", "--console", "--sign-in-bind-address=:8082",
		"--external-url=https://intralinks.example.com/", "--api-hosts=intralinks.example.com", "--watch-label-selector=tenant in (acme, beta)", "--watch-labelled-secrets", "--min-interval=5m",
		"--concurrent-transfers=8", "--allowed-hosts=vdr.example.com,10.20.0.0/16", "--log-level=debug", "--log-format=text",
		"--watch-namespaces=",
	}))
	g.Expect(container.Env).To(ContainElement(HaveField("Name", "HTTPS_PROXY")))
	g.Expect(container.VolumeMounts).To(ContainElement(HaveField("Name", "authorities")))
	g.Expect(container.StartupProbe.FailureThreshold).To(BeEquivalentTo(120))
	g.Expect(container.LivenessProbe.TimeoutSeconds).To(BeEquivalentTo(5))
	g.Expect(container.ReadinessProbe.TimeoutSeconds).To(BeEquivalentTo(5))
	g.Expect(container.Resources.Limits.Memory().String()).To(Equal("1Gi"))
	g.Expect(pod.Volumes).To(ContainElement(HaveField("Name", "authorities")))
	g.Expect(pod.ImagePullSecrets).To(ConsistOf(corev1.LocalObjectReference{Name: "registry"}))
	g.Expect(pod.ServiceAccountName).To(Equal("carrier"))
	g.Expect(pod.SecurityContext.FSGroup).To(HaveValue(BeEquivalentTo(1000)))
	g.Expect(pod.TerminationGracePeriodSeconds).To(HaveValue(BeEquivalentTo(60)))
	g.Expect(pod.NodeSelector).To(HaveLen(1))
	g.Expect(pod.Tolerations).To(HaveLen(1))
	g.Expect(pod.Affinity.NodeAffinity).NotTo(BeNil())
	g.Expect(pod.PriorityClassName).To(Equal("system-cluster-critical"))
	g.Expect(pod.TopologySpreadConstraints[0].LabelSelector).To(Equal(spec.Selector), "the operator's own pods")
	g.Expect(spec.Template.Labels).To(HaveKeyWithValue("example.com/zone", "blue"))
	g.Expect(spec.Template.Annotations).To(HaveKeyWithValue("example.com/note", "hello"))

	claim := into[corev1.PersistentVolumeClaim](t, all.only(t, "PersistentVolumeClaim"))
	g.Expect(claim.Annotations).To(Equal(map[string]string{"example.com/backup": "nightly"}))
	g.Expect(claim.Spec.StorageClassName).To(HaveValue(Equal("fast")))
	g.Expect(claim.Spec.AccessModes).To(ConsistOf(corev1.ReadWriteOncePod))
	g.Expect(claim.Spec.Resources.Requests.Storage().String()).To(Equal("5Gi"))
	budget := into[policyv1.PodDisruptionBudget](t, all.only(t, "PodDisruptionBudget"))
	g.Expect(budget.Spec.MaxUnavailable).To(HaveValue(Equal(intstr.FromString("50%"))))
	g.Expect(budget.Spec.Selector).To(Equal(spec.Selector))
	for _, crd := range all.of("CustomResourceDefinition") {
		g.Expect(crd.GetAnnotations()).NotTo(HaveKey("helm.sh/resource-policy"))
	}
}

func TestOnlyTheSignInPathIsServedToTheOutside(t *testing.T) {
	g := NewWithT(t)
	all := render(t, values("everything")...)

	ingress := into[networkingv1.Ingress](t, all.only(t, "Ingress"))
	g.Expect(ingress.Spec.IngressClassName).To(HaveValue(Equal("nginx")))
	g.Expect(ingress.Spec.TLS).To(Equal([]networkingv1.IngressTLS{{Hosts: []string{"intralinks.example.com"}, SecretName: "intralinks-example-com"}}))
	g.Expect(ingress.Spec.DefaultBackend).To(BeNil())
	g.Expect(ingress.Spec.Rules).To(HaveLen(1))
	g.Expect(ingress.Spec.Rules[0].Host).To(Equal("intralinks.example.com"))
	g.Expect(ingress.Spec.Rules[0].HTTP.Paths).To(HaveLen(1))
	path := ingress.Spec.Rules[0].HTTP.Paths[0]
	g.Expect(path.Path).To(Equal("/auth/"))
	g.Expect(path.PathType).To(HaveValue(Equal(networkingv1.PathTypePrefix)))

	route := all.only(t, "HTTPRoute")
	g.Expect(route.Object["spec"]).To(HaveKeyWithValue("hostnames", ConsistOf("intralinks.example.com")))
	rules, _, err := unstructured.NestedSlice(route.Object, "spec", "rules")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(rules).To(ConsistOf(And(
		HaveKeyWithValue("matches", ConsistOf(HaveKeyWithValue("path", map[string]any{"type": "PathPrefix", "value": "/auth/"}))),
		HaveKeyWithValue("backendRefs", ConsistOf(map[string]any{"name": "documents-sign-in", "port": int64(8080)})),
	)))

	for _, object := range all.of("Service") {
		if object.GetName() == path.Backend.Service.Name {
			service := into[corev1.Service](t, object)
			g.Expect(service.Spec.Ports).To(ConsistOf(And(HaveField("Name", path.Backend.Service.Port.Name), HaveField("TargetPort.StrVal", "sign-in"))))
			return
		}
	}
	t.Fatalf("no Service %s", path.Backend.Service.Name)
}

func TestAListOfNamespacesTakesNothingOfTheCluster(t *testing.T) {
	g := NewWithT(t)
	all := render(t, values("namespaces")...)

	g.Expect(all.of("ClusterRole")).To(BeEmpty())
	g.Expect(all.of("ClusterRoleBinding")).To(BeEmpty())
	g.Expect(all.of("Role").names()).To(ConsistOf(
		"deals/intralinks-operator-manager-role", "deals-archive/intralinks-operator-manager-role",
		namespace+"/intralinks-operator-leader-election-role"))
	g.Expect(all.of("RoleBinding").names()).To(ConsistOf(
		"deals/intralinks-operator-manager-rolebinding", "deals-archive/intralinks-operator-manager-rolebinding",
		namespace+"/intralinks-operator-leader-election-rolebinding"))
	container := deployment(t, all).Spec.Template.Spec.Containers[0]
	g.Expect(container.Args).To(ContainElements("--watch-namespaces=deals,deals-archive", "--api-bind-address=0"))
	g.Expect(container.Ports).NotTo(ContainElement(HaveField("Name", "api")))
	for _, object := range all {
		g.Expect(object.GetNamespace()).NotTo(BeEmpty(), "%s %s", object.GetKind(), object.GetName())
	}
}

// Only whom people sign in for writes Secrets, and only who chose to watch some lists any.
func TestWhatSecretsTakeFollowsFromTheValues(t *testing.T) {
	for _, tt := range []struct {
		name    string
		set     []string
		granted map[string][]string // of Secrets
	}{
		{"by default", nil, map[string][]string{"ClusterRole intralinks-operator-manager-role": {"get"}}},
		{"with sign-in pages", []string{"--set", "signIn.externalURL=https://x.example.com"}, map[string][]string{
			"ClusterRole intralinks-operator-manager-role": {"get"}, "ClusterRole intralinks-operator-sign-in-role": {"create", "update"}}},
		{"with a watch", []string{"--set", "watch.labelledSecrets=true"}, map[string][]string{
			"ClusterRole intralinks-operator-manager-role": {"get"}, "ClusterRole intralinks-operator-secret-watch-role": {"list", "watch"}}},
		{"with all of it, in a namespace", []string{"--set", "watch.labelledSecrets=true,signIn.externalURL=https://x.example.com,watch.namespaces={deals}"}, map[string][]string{
			"Role deals/intralinks-operator-manager-role": {"get"}, "Role deals/intralinks-operator-sign-in-role": {"create", "update"},
			"Role deals/intralinks-operator-secret-watch-role": {"list", "watch"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := NewWithT(t)
			all := render(t, tt.set...)
			granted := map[string][]string{}
			for _, kind := range []string{"ClusterRole", "Role"} {
				for _, object := range all.of(kind) {
					for _, rule := range into[rbacv1.ClusterRole](t, object).Rules {
						if slices.Contains(rule.Resources, "secrets") {
							granted[kind+" "+objects{object}.names()[0]] = rule.Verbs
						}
					}
				}
			}
			g.Expect(granted).To(Equal(tt.granted))
			for role := range granted {
				kind, name, _ := strings.Cut(role, " ")
				binding := into[rbacv1.ClusterRoleBinding](t, named(t, all.of(kind+"Binding"), name+"binding"))
				g.Expect(binding.RoleRef).To(And(HaveField("Kind", kind), HaveField("Name", name[strings.Index(name, "/")+1:])))
				g.Expect(binding.Subjects).To(ConsistOf(HaveField("Name", "intralinks-operator")))
			}
		})
	}
}

func TestTheAPICanBeSwitchedOff(t *testing.T) {
	g := NewWithT(t)
	all := render(t, "--set", "api.enabled=false")
	container := deployment(t, all).Spec.Template.Spec.Containers[0]
	g.Expect(container.Args).To(ContainElement("--api-bind-address=0"))
	g.Expect(container.Ports).NotTo(ContainElement(HaveField("Name", "api")))
	g.Expect(all.of("Role").names()).NotTo(ContainElement(ContainSubstring("api-access")))

	container = deployment(t, render(t)).Spec.Template.Spec.Containers[0]
	g.Expect(container.Args).NotTo(ContainElement(HavePrefix("--api-bind-address")), "it has a default")
	g.Expect(container.Ports).To(ContainElement(And(HaveField("Name", "api"), HaveField("ContainerPort", BeEquivalentTo(8083)))))
}

// Whoever may edit an integration chooses where credentials are sent, so nobody gets that by the way.
func TestOnlyViewingIsAggregated(t *testing.T) {
	g := NewWithT(t)
	aggregated := 0
	for _, role := range render(t).of("ClusterRole") {
		for label := range role.GetLabels() {
			g.Expect(label).NotTo(HavePrefix("rbac.authorization.k8s.io/aggregate-to-edit"))
			g.Expect(label).NotTo(HavePrefix("rbac.authorization.k8s.io/aggregate-to-admin"))
			if label != "rbac.authorization.k8s.io/aggregate-to-view" {
				continue
			}
			aggregated++
			rules, _, err := unstructured.NestedSlice(role.Object, "rules")
			g.Expect(err).NotTo(HaveOccurred())
			for _, rule := range rules {
				g.Expect(rule.(map[string]any)["verbs"]).To(HaveEach(BeElementOf("get", "list", "watch")))
				g.Expect(rule.(map[string]any)["apiGroups"]).To(ConsistOf("dataroom.dev"))
			}
		}
	}
	g.Expect(aggregated).To(Equal(1))
}

func TestWithPostgreSQLThereIsNoVolumeAndNoPasswordInTheManifests(t *testing.T) {
	g := NewWithT(t)
	all := render(t, values("postgres")...)
	spec := deployment(t, all).Spec
	container := spec.Template.Spec.Containers[0]

	g.Expect(all.of("PersistentVolumeClaim")).To(BeEmpty())
	g.Expect(spec.Replicas).To(HaveValue(BeEquivalentTo(3)))
	g.Expect(spec.Strategy.Type).To(BeEmpty(), "the default, which is a rolling update")
	g.Expect(container.Args).To(ContainElement("--ledger=$(LEDGER_ADDRESS)"))
	g.Expect(container.Env).To(ConsistOf(corev1.EnvVar{Name: "LEDGER_ADDRESS", ValueFrom: &corev1.EnvVarSource{
		SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: "ledger"}, Key: "address"},
	}}))
	g.Expect(spec.Template.Spec.Volumes).NotTo(ContainElement(HaveField("Name", "ledger")))
}

func TestWhatOthersLookAfterIsNotRendered(t *testing.T) {
	g := NewWithT(t)
	all := render(t, values("least")...)
	g.Expect(all).To(HaveLen(1))
	pod := deployment(t, all).Spec.Template.Spec
	g.Expect(pod.ServiceAccountName).To(Equal("carrier"))
	g.Expect(pod.Containers[0].Args).To(ContainElement("--metrics-bind-address=0"))
	g.Expect(pod.Volumes[0].EmptyDir).NotTo(BeNil())

	pod = deployment(t, render(t, values("openshift")...)).Spec.Template.Spec
	g.Expect(pod.SecurityContext.RunAsUser).To(BeNil())
	g.Expect(pod.SecurityContext.FSGroup).To(BeNil())
	g.Expect(pod.Volumes[0].PersistentVolumeClaim.ClaimName).To(Equal("ledger"))
}

// The policy lets the pod reach DNS, the API server and the two services, and nobody reach it but for its metrics.
func TestTheNetworkPolicy(t *testing.T) {
	g := NewWithT(t)
	ports := func(ports []networkingv1.NetworkPolicyPort) (all []string) {
		for _, port := range ports {
			all = append(all, string(*port.Protocol)+" "+port.Port.String())
		}
		return all
	}
	policy := into[networkingv1.NetworkPolicy](t, render(t).only(t, "NetworkPolicy"))
	g.Expect(policy.Spec.PolicyTypes).To(ConsistOf(networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress))
	g.Expect(policy.Spec.Ingress).To(HaveLen(1))
	g.Expect(ports(policy.Spec.Ingress[0].Ports)).To(ConsistOf("TCP metrics"))
	g.Expect(policy.Spec.Ingress[0].From).To(HaveLen(1))
	g.Expect(policy.Spec.Egress).To(HaveLen(3))
	g.Expect(ports(policy.Spec.Egress[0].Ports)).To(ConsistOf("UDP 53", "TCP 53"))
	g.Expect(ports(policy.Spec.Egress[1].Ports)).To(ConsistOf("TCP 443", "TCP 6443"))
	g.Expect(ports(policy.Spec.Egress[2].Ports)).To(ConsistOf("TCP 443"))
	g.Expect(policy.Spec.Egress[2].To[0].IPBlock.Except).To(ConsistOf("169.254.0.0/16"))

	policy = into[networkingv1.NetworkPolicy](t, render(t, values("everything")...).only(t, "NetworkPolicy"))
	g.Expect(policy.Spec.Ingress).To(HaveLen(2))
	g.Expect(policy.Spec.Egress).To(HaveLen(4))
	for _, rule := range policy.Spec.Egress[:3] {
		g.Expect(rule.To).To(HaveLen(1))
	}
	policy = into[networkingv1.NetworkPolicy](t, render(t, "--set", "metrics.enabled=false").only(t, "NetworkPolicy"))
	g.Expect(policy.Spec.Ingress).To(BeEmpty())
	g.Expect(policy.Spec.PolicyTypes).To(ContainElement(networkingv1.PolicyTypeIngress), "closed, not left out")
}

func TestWhoScrapesTheMetrics(t *testing.T) {
	g := NewWithT(t)
	endpoint := func(all objects) map[string]any {
		endpoints, _, err := unstructured.NestedSlice(all.only(t, "ServiceMonitor").Object, "spec", "endpoints")
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(endpoints).To(HaveLen(1))
		return endpoints[0].(map[string]any)
	}
	all := render(t, values("everything")...)
	g.Expect(endpoint(all)).To(And(HaveKeyWithValue("scheme", "https"), HaveKeyWithValue("honorLabels", true), HaveKey("bearerTokenFile"), HaveKeyWithValue("interval", "30s")))
	g.Expect(all.only(t, "ServiceMonitor").GetLabels()).To(HaveKeyWithValue("release", "prometheus"))
	var bound []rbacv1.ClusterRoleBinding
	for _, object := range all.of("ClusterRoleBinding") {
		if binding := into[rbacv1.ClusterRoleBinding](t, object); binding.RoleRef.Name == "documents-metrics-reader" {
			bound = append(bound, binding)
		}
	}
	g.Expect(bound).To(HaveLen(1))
	g.Expect(bound[0].Subjects).To(ConsistOf(rbacv1.Subject{Kind: "ServiceAccount", Name: "prometheus", Namespace: "monitoring"}))
	g.Expect(all.of("ClusterRole").names()).To(ContainElement("documents-metrics-reader"))

	inNamespaces := append(values("namespaces"), "--set", "metrics.serviceMonitor.enabled=true", "--set", "metrics.readers[0].name=p,metrics.readers[0].namespace=m")
	all = render(t, inNamespaces...)
	g.Expect(endpoint(all)).NotTo(HaveKey("scheme"))
	g.Expect(all.of("ClusterRoleBinding")).To(BeEmpty())
	g.Expect(deployment(t, all).Spec.Template.Spec.Containers[0].Args).To(ContainElement("--metrics-secure=false"))
}

// Rules and dashboards are rendered as they lie in config, where promtool and a picture check them.
func TestAlertsAndDashboardsAreThoseOfConfig(t *testing.T) {
	g := NewWithT(t)
	all := render(t, values("everything")...)
	var groups any
	g.Expect(yaml.Unmarshal([]byte(file(t, "config/prometheus/alerts.yaml")), &groups)).To(Succeed())
	rule := all.only(t, "PrometheusRule")
	g.Expect(rule.GetName()).To(Equal("documents-alerts"))
	text, err := json.Marshal(rule.Object["spec"])
	g.Expect(err).NotTo(HaveOccurred())
	want, err := json.Marshal(groups)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(text).To(MatchJSON(want))

	dashboard := into[corev1.ConfigMap](t, all.only(t, "ConfigMap"))
	g.Expect(dashboard.Labels).To(HaveKeyWithValue("dashboards", "yes"))
	g.Expect(dashboard.Annotations).To(HaveKeyWithValue("grafana_folder", "Deals"))
	g.Expect(dashboard.Data).To(HaveLen(1))
	g.Expect(dashboard.Data["intralinks-operator.json"]).To(MatchJSON(file(t, "config/grafana/intralinks-operator.json")))
}

// A flag that the operator doesn't know would keep it from starting: each rendering's flags are read by it.
func TestTheOperatorKnowsEveryFlagOfTheChart(t *testing.T) {
	for _, values := range valuesFiles(t) {
		t.Run(values, func(t *testing.T) {
			args := deployment(t, render(t, "--values", values)).Spec.Template.Spec.Containers[0].Args
			said, err := run(t, nil, testenv.Start(t).Operator(t), append(args, "--version")...)
			NewWithT(t).Expect(said, err).To(HavePrefix("intralinks-operator dev"))
		})
	}
}
