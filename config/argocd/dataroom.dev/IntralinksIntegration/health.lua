-- Argo CD runs this without the string library; what is used here is there.
local health = { status = "Progressing", message = "Waiting for the operator to look at it" }

local conditions = {}
if obj.status ~= nil and obj.status.conditions ~= nil then
  for _, condition in ipairs(obj.status.conditions) do
    conditions[condition.type] = condition
  end
end
local ready = conditions["Ready"]

-- What the status says about an older spec, nobody has asked for.
if ready == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  return health
end
health.message = ready.message

local stalled = conditions["Stalled"]
if stalled ~= nil and stalled.status == "True" then
  health.status = "Degraded"
  health.message = stalled.message
  return health
end

-- A person has to sign in: nothing is broken, and nothing goes on by itself.
local waits = {
  SignInRequired = true,
  SignInDenied = true,
  SignInTimedOut = true,
  SignInFailed = true,
  CallbackNotRegistered = true,
}

if ready.status == "True" then
  health.status = "Healthy"
elseif ready.status == "False" then
  if waits[ready.reason] then
    health.status = "Suspended"
  elseif ready.reason ~= "Throttled" then
    health.status = "Degraded"
  end
end
return health
