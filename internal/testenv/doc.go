// Package testenv gives tests a real Kubernetes API: one etcd and one kube-apiserver for each test
// binary, with both kinds installed. They start when the first test asks for them and end with the test
// binary, however it ends, so that no package needs a TestMain for them.
//
// There is no controller manager: nothing collects garbage, and a namespace is emptied and removed by
// Namespace itself.
package testenv
