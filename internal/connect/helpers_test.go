package connect_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/hosts"
	"dataroom.dev/intralinks-operator/internal/testenv"
	"dataroom.dev/intralinks-operator/internal/tokens"
)

// services is one server that plays both ends, and notes who came and with what.
type services struct {
	*httptest.Server

	mu     sync.Mutex
	seen   []string
	broken map[string]http.HandlerFunc
}

func newServices(t *testing.T) *services {
	t.Helper()
	s := &services{broken: map[string]http.HandlerFunc{}}
	mux := http.NewServeMux()
	for pattern, body := range map[string]string{
		"POST /v3/apis/il-iam/oauth/token": `{"status":{"code":200},"data":{"accessToken":"token-v3","expiresIn":3599}}`,
		"POST /v2/oauth/token":             `{"status":{"code":200},"access_token":"token-v2","token_type":"BearerToken","expires_in":"3599"}`,
		"GET /v2/workspaces":               `{"status":{"code":200},"workspace":[{"id":2,"name":"Osprey"},{"id":1,"name":"Heron","host":"Example LLP","phase":"OPEN"},{"id":2,"name":"Osprey"}]}`,
		"POST /auth/oauth2/token":          `{"access_token":"token-l","expires_in":3600,"token_type":"bearer"}`,
		"GET /api2/users/me":               `{"id":77,"username":"operator@example.com"}`,
		"GET /api2/":                       `{"product":"corporate","version":"60.0.0","api2_version":"1.5"}`,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			s.note(r)
			s.mu.Lock()
			broken := s.broken[pattern]
			s.mu.Unlock()
			w.Header().Set("Content-Type", "application/json")
			if broken != nil {
				broken(w, r)
				return
			}
			_, _ = io.WriteString(w, body)
		})
	}
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// note keeps the path with the credentials of a request.
func (s *services) note(r *http.Request) {
	line := r.Method + " " + r.URL.Path
	if user, password, ok := r.BasicAuth(); ok {
		line += " " + user + ":" + password
	}
	if err := r.ParseForm(); err == nil && r.PostForm.Has("email") {
		line += " " + r.PostForm.Get("client_id") + ":" + r.PostForm.Get("client_secret") + " " + r.PostForm.Get("email") + ":" + r.PostForm.Get("password")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, line)
}

// requests gives what has come since it was last asked.
func (s *services) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() { s.seen = nil }()
	return s.seen
}

// breaks makes a path answer otherwise.
func (s *services) breaks(pattern string, status int, body string, header ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken[pattern] = func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// office is a namespace of a real API server with a connector that reads from it.
type office struct {
	t         *testing.T
	client    client.Client
	namespace string
	budgets   *budget.Registry
	*connect.Connector
}

func newOffice(t *testing.T) *office {
	t.Helper()
	env := testenv.Start(t)
	policy, err := hosts.NewPolicy([]string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, client: env.Client, namespace: env.Namespace(t), budgets: budget.NewRegistry(nil, nil)}
	o.Connector = &connect.Connector{Reader: env.Client, Hosts: policy, Budgets: o.budgets,
		Tokens: &tokens.Secrets{Reader: env.Client, Writer: env.Client}, ExternalURL: "https://operator.example.com"}
	return o
}

// newWorkingOffice has both Secrets and an integration that reaches the services.
func newWorkingOffice(t *testing.T, change ...func(*v1alpha1.IntralinksIntegration)) (*office, *services, *v1alpha1.IntralinksIntegration) {
	t.Helper()
	o, s := newOffice(t), newServices(t)
	o.secret("intralinks-api", "apiKey", "key", "apiSecret", "key-secret", "email", "svc@example.com", "password", "pass word")
	o.secret("luminance", "clientID", "operator", "clientSecret", "client-secret")
	return o, s, o.integration(s.URL, change...)
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// secret creates a Secret of keys and values.
func (o *office) secret(name string, values ...string) *corev1.Secret {
	o.t.Helper()
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: o.namespace, Name: name}, StringData: map[string]string{}}
	for i := 0; i < len(values); i += 2 {
		secret.StringData[values[i]] = values[i+1]
	}
	o.must(o.client.Create(o.t.Context(), secret))
	return secret
}

// integration creates one with a service account for both ends at one address.
func (o *office) integration(address string, change ...func(*v1alpha1.IntralinksIntegration)) *v1alpha1.IntralinksIntegration {
	o.t.Helper()
	i := &v1alpha1.IntralinksIntegration{ObjectMeta: metav1.ObjectMeta{Namespace: o.namespace, Name: "production"}}
	i.Spec.Intralinks = v1alpha1.IntralinksConnection{
		Grant: v1alpha1.ClientCredentialsGrant, BaseURL: address, CredentialsSecretRef: v1alpha1.SecretReference{Name: "intralinks-api"},
	}
	i.Spec.Luminance = v1alpha1.LuminanceConnection{BaseURL: address, CredentialsSecretRef: v1alpha1.SecretReference{Name: "luminance"}}
	for _, f := range change {
		f(i)
	}
	o.must(o.client.Create(o.t.Context(), i))
	return i
}

func (o *office) connect(i *v1alpha1.IntralinksIntegration) *connect.Connection {
	o.t.Helper()
	connection, err := o.Connect(o.t.Context(), i)
	o.must(err)
	return connection
}
