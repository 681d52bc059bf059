package controllers

import (
	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// signInEnd is for alerts: time() > it - 3 * 86400 says that somebody should sign in within three days.
var signInEnd = prometheus.NewGaugeVec(prometheus.GaugeOpts{
	Name: "intralinks_operator_sign_in_end_timestamp_seconds",
	Help: "When the sign-in of an integration ends unless it is renewed; 0 where somebody has to sign in.",
}, []string{"namespace", "integration"})

func init() { metrics.Registry.MustRegister(signInEnd) }

func showExpiry(integration *v1alpha1.IntralinksIntegration) {
	end := 0.0
	if until := integration.Status.TokenExpiresAt; until != nil {
		end = float64(until.Unix())
	}
	signInEnd.WithLabelValues(integration.Namespace, integration.Name).Set(end)
}

func forgetExpiry(integration types.NamespacedName) {
	signInEnd.DeleteLabelValues(integration.Namespace, integration.Name)
}
