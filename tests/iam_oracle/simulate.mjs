// Reads a JSON list of questions from stdin, answers each with true (allowed) or false.
import { runSimulation } from '@cloud-copilot/iam-simulate'

const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
const everywhere = [{ orgIdentifier: 'r-root', policies: [{ name: 'FullAWSAccess', policy: everything }] }]
const named = (policies) => Object.entries(policies).map(([name, policy]) => ({ name, policy }))

async function answer(question) {
  const result = await runSimulation(
    {
      request: {
        principal: question.principal,
        action: question.action,
        resource: { resource: question.resource, accountId: '123456789012' },
        contextVariables: question.context
      },
      identityPolicies: named(question.identity),
      serviceControlPolicies: everywhere,
      resourceControlPolicies: [],
      resourcePolicy: question.resource_policy ?? undefined,
      vpcEndpointPolicies: question.endpoint_policy ? named({ endpoint: question.endpoint_policy }) : undefined
    },
    {}
  )
  if (result.resultType === 'error') throw new Error(JSON.stringify([result.errors, question]))
  return result.overallResult === 'Allowed'
}

let text = ''
for await (const chunk of process.stdin) text += chunk
console.log(JSON.stringify(await Promise.all(JSON.parse(text).map(answer))))
