//go:build picture

package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	intralinkssim "dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
	"dataroom.dev/intralinks-operator/internal/testenv"
	"dataroom.dev/intralinks-operator/internal/testenv/chromium"
)

const (
	// shown is how much time the picture shows, and how long the scene plays.
	shown = 10 * time.Minute
	// perMinute is the allowance of the scene's Luminance: that of ten minutes would make a picture of hours.
	perMinute = 300
	// person and password are those who sign in.
	person, password = "partner@firm.example", "a password"
)

// scene is real services' doings for the picture: simulated services, a real API server, the operator and Prometheus.
type scene struct {
	*testing.T
	env                  *testenv.Env
	room                 *dataroom.Room
	source               *intralinkssim.Server
	target               *luminancesim.Simulator
	sourceURL, targetURL string
	browser              *chromium.Browser
}

// TestPicture plays the scene and draws the dashboard from it, into docs/dashboard.svg.
func TestPicture(t *testing.T) {
	s := &scene{T: t, env: testenv.Start(t), room: dataroom.New(1), browser: chromium.Start(t)}
	s.serve()
	s.fill("Contracts", 3200, 30<<10)
	s.fill("Finance", 1100, 120<<10)
	s.fill("Leases", 420, 60<<10)
	s.fill("Evidence", 120, 20<<10)
	s.fill("Closing", 40, 20<<10)
	s.isSlow(s.source, "60ms")
	s.isSlow(s.target, "120ms")
	pages := testenv.FreeAddress(s)
	metrics := s.startOperator(pages)
	prometheus := s.startPrometheus(metrics)
	began := time.Now()

	s.integration("deals", "heron", v1alpha1.ClientCredentialsGrant)
	s.integration("litigation", "heron", v1alpha1.ClientCredentialsGrant)
	s.integration("funds", "osprey", v1alpha1.AuthorizationCodeGrant)
	s.integration("advisory", "falcon", v1alpha1.AuthorizationCodeGrant)
	s.integration("advisory", "kestrel", v1alpha1.AuthorizationCodeGrant)
	s.signsIn("advisory", "falcon")
	s.must(s.source.Control().Set("refreshLifetime", "on"))
	s.must(s.source.Control().Set("refreshTTL", "100h"))
	s.signsIn("advisory", "kestrel") // whose sign-in is about to end
	s.sync("deals", "closing", "heron", "/Closing")
	s.sync("deals", "contracts", "heron", "/Contracts")
	s.sync("litigation", "evidence", "heron", "/Evidence")
	s.sync("litigation", "discovery", "heron", "/Discovery") // there is no such folder
	s.sync("litigation", "evidence-copy", "heron", "/Evidence", func(f *v1alpha1.FolderSync) {
		f.Spec.Destination.Folder = "/litigation/Evidence" // which evidence feeds already
	})
	s.sync("funds", "quarterly", "osprey", "/Quarterly")
	s.at(began, 3*time.Minute)
	s.sync("deals", "finance", "heron", "/Finance")
	s.at(began, 5*time.Minute)
	s.hasABadMoment()
	s.at(began, 7*time.Minute)
	s.sync("deals", "leases", "heron", "/Leases")
	s.fill("Closing", 30, 40<<10)
	s.at(began, shown)

	file, err := os.Create("../../docs/dashboard.svg")
	s.must(err)
	defer file.Close()
	s.must(drawPicture(t.Context(), file, source{url: prometheus, until: time.Now(), span: shown - 20*time.Second}, rows()))
	if keep := os.Getenv("KEEP"); keep != "" {
		t.Logf("Prometheus stays at %s for %s", prometheus, keep)
		d, err := time.ParseDuration(keep)
		s.must(err)
		s.at(time.Now(), d)
	}
}

func (s *scene) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// at waits until so much of the scene has been played.
func (s *scene) at(began time.Time, after time.Duration) {
	s.Helper()
	select {
	case <-time.After(time.Until(began.Add(after))):
	case <-s.Context().Done():
		s.Fatal(s.Context().Err())
	}
}

func (s *scene) serve() {
	s.source = intralinkssim.New(intralinkssim.Options{
		Exchanges: []intralinkssim.Exchange{{ID: 7100015, Name: "Project Heron", Room: s.room}},
		Apps:      []intralinkssim.App{{Key: "key", Secret: "secret"}},
		Accounts:  []intralinkssim.Account{{Email: person, Password: password}},
	})
	s.must(s.source.Control().Set("refreshGrant", "on"))
	target, err := luminancesim.New(luminancesim.Options{ClientID: "client", ClientSecret: "secret"})
	s.must(err)
	s.must(target.Control().Set("budgetRequests", fmt.Sprint(perMinute)))
	s.must(target.Control().Set("budgetPer", "1m"))
	s.target = target
	one, two, pages := httptest.NewServer(s.source), httptest.NewServer(target), httptest.NewServer(s.source.SignInPages())
	s.Cleanup(pages.Close)
	s.source.SetSignInURL(pages.URL)
	s.Cleanup(one.Close)
	s.Cleanup(two.Close)
	s.sourceURL, s.targetURL = one.URL, two.URL
}

// isSlow lets a service take its time. Faults that were asked for before go first.
func (s *scene) isSlow(service interface{ Control() *control.Control }, delay string) {
	s.Helper()
	s.must(service.Control().AddFault(control.FaultRule{Fault: "latency", Times: -1, Args: map[string]string{"delay": delay}}))
}

// hasABadMoment lets Luminance fail a few times.
func (s *scene) hasABadMoment() {
	s.Helper()
	s.target.Control().ClearFaults()
	s.must(s.target.Control().AddFault(control.FaultRule{Fault: "error-before-commit", Path: "/api2/projects/*/folders/*/upload", Times: 4}))
	s.isSlow(s.target, "120ms")
}

// fill puts documents into a folder. Some of Evidence are protected, and some can't be downloaded.
func (s *scene) fill(folder string, documents, size int) {
	s.Helper()
	place, err := s.room.FolderAt("/" + folder)
	if err != nil {
		place, err = s.room.AddFolder(0, folder)
		s.must(err)
	}
	first := len(s.room.Documents())
	for i := range documents {
		content := dataroom.Bytes(strings.Repeat(fmt.Sprintf("document %06d of %s\n", first+i, folder), size/32))
		document, err := s.room.AddDocument(place.ID, fmt.Sprintf("%s %06d", folder, first+i), ".txt", content)
		s.must(err)
		if folder != "Evidence" {
			continue
		}
		if i%10 == 3 {
			s.must(s.room.EditDocument(document.ID, func(d *dataroom.Document) { d.IRM = true }))
		}
		if i%25 == 4 {
			s.must(s.source.Control().AddFault(control.FaultRule{
				Fault: "corrupt", Times: -1, Path: fmt.Sprintf("/v2/workspaces/*/documents/%d/file", document.ID),
			}))
		}
	}
}

func (s *scene) create(object client.Object) {
	s.Helper()
	s.must(client.IgnoreAlreadyExists(s.env.Client.Create(s.Context(), object)))
}

func (s *scene) integration(namespace, name string, grant v1alpha1.Grant) {
	s.Helper()
	s.create(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}})
	for secret, values := range map[string]map[string]string{
		"intralinks-api":         {"apiKey": "key", "apiSecret": "secret"},
		"luminance-service-user": {"clientID": "client", "clientSecret": "secret"},
	} {
		s.create(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: secret}, StringData: values})
	}
	i := &v1alpha1.IntralinksIntegration{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	i.Spec.Intralinks = v1alpha1.IntralinksConnection{
		Grant: grant, BaseURL: s.sourceURL, CredentialsSecretRef: v1alpha1.SecretReference{Name: "intralinks-api"},
	}
	i.Spec.Luminance = v1alpha1.LuminanceConnection{
		BaseURL: s.targetURL, CredentialsSecretRef: v1alpha1.SecretReference{Name: "luminance-service-user"},
		RequestBudget: v1alpha1.RequestBudget{Requests: perMinute, Per: &metav1.Duration{Duration: time.Minute}},
	}
	s.create(i)
}

func (s *scene) sync(namespace, name, integration, folder string, change ...func(*v1alpha1.FolderSync)) {
	s.Helper()
	f := &v1alpha1.FolderSync{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	f.Spec = v1alpha1.FolderSyncSpec{
		IntegrationRef: v1alpha1.IntegrationReference{Name: integration}, Interval: &metav1.Duration{Duration: time.Minute},
		Source:      v1alpha1.Source{Exchange: v1alpha1.ExchangeReference{Name: "Project Heron"}, Folder: folder},
		Destination: v1alpha1.Destination{Division: v1alpha1.DivisionReference{Name: "Corporate"}, Folder: "/" + namespace + folder},
	}
	for _, c := range change {
		c(f)
	}
	s.create(f)
}

// signsIn is a person who does so in a browser.
func (s *scene) signsIn(namespace, name string) {
	s.Helper()
	i := &v1alpha1.IntralinksIntegration{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	s.must(s.env.Client.Patch(s.Context(), i, client.RawPatch(types.MergePatchType, fmt.Appendf(nil,
		`{"metadata":{"annotations":{%q:"now"}}}`, v1alpha1.SignInRequestAnnotation))))
	s.until("a link", func() bool {
		s.must(s.env.Client.Get(s.Context(), client.ObjectKeyFromObject(i), i))
		return strings.Contains(i.Status.SignInURL, "ticket=")
	})
	p := s.browser.NewPage()
	p.Open(i.Status.SignInURL)
	s.until("the operator's page", func() bool { return p.Click("button") })
	s.until("Intralinks' page", func() bool { return p.Type("#email", person) })
	if !p.Type("#password", password) || !p.Click("#signin") {
		s.Fatal("there is no form to sign in by: ", p.Text())
	}
	s.until("the sign-in", func() bool { return strings.Contains(p.Text(), "Signed in") })
}

// until waits for something, a minute at most.
func (s *scene) until(what string, is func() bool) {
	s.Helper()
	for began := time.Now(); !is(); s.at(time.Now(), 100*time.Millisecond) {
		if time.Since(began) > time.Minute {
			s.Fatal("not within a minute: ", what)
		}
	}
}

// startOperator gives the address of its metrics.
func (s *scene) startOperator(pages string) string {
	s.Helper()
	s.must(s.source.RegisterCallback("key", "http://"+pages+"/auth/callback"))
	folder, address := s.TempDir(), testenv.FreeAddress(s)
	s.start(filepath.Join(folder, "log"), []string{"KUBECONFIG=" + s.env.Kubeconfig}, s.env.Operator(s), "--ledger=sqlite://"+folder+"/ledger.db",
		"--metrics-bind-address="+address, "--metrics-secure=false", "--health-probe-bind-address=0", "--api-bind-address=0", "--allowed-hosts=127.0.0.1",
		"--sign-in-bind-address="+pages, "--external-url=http://"+pages)
	return address
}

// startPrometheus has it look every two seconds, and gives its URL.
func (s *scene) startPrometheus(metrics string) string {
	s.Helper()
	folder, address := s.TempDir(), testenv.FreeAddress(s)
	config := fmt.Sprintf("global: {scrape_interval: 2s}\nscrape_configs:\n- job_name: intralinks-operator\n  honor_labels: true\n"+
		"  static_configs: [{targets: [%q]}]\n  relabel_configs: [{target_label: instance, replacement: intralinks-operator-0}]\n", metrics)
	s.must(os.WriteFile(filepath.Join(folder, "prometheus.yml"), []byte(config), 0o600))
	s.start(filepath.Join(folder, "log"), nil, "prometheus", "--config.file="+folder+"/prometheus.yml",
		"--storage.tsdb.path="+folder+"/data", "--web.listen-address="+address)
	url := "http://" + address
	for {
		req, err := http.NewRequestWithContext(s.Context(), http.MethodGet, url+"/-/ready", http.NoBody)
		s.must(err)
		if resp, err := http.DefaultClient.Do(req); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return url
			}
		}
		s.at(time.Now(), 100*time.Millisecond)
	}
}

// start runs a program until the test ends.
func (s *scene) start(log string, env []string, program string, args ...string) {
	s.Helper()
	file, err := os.Create(log)
	s.must(err)
	command := exec.CommandContext(context.WithoutCancel(s.Context()), program, args...)
	command.Env = append(os.Environ(), env...)
	command.Stdout, command.Stderr = file, file
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	s.must(command.Start())
	s.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM) // it may have ended
		_ = command.Wait()
		file.Close()
		if text, err := os.ReadFile(log); err == nil && s.Failed() {
			s.Logf("%s wrote:\n%s", program, text)
		}
	})
}
